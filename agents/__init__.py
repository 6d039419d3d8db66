"""The minds: prompts, the LLM port, the LangGraph turn, the habit mind."""
