"""What compressing a log to a memory keeps and loses: counted, told in words, drawn."""
