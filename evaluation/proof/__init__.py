"""The proof: what a dataset is good for. `evidence` gathers what there is, `verdict` judges it."""
