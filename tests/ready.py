"""What takes a run seconds to load, loaded once by the process that others are forked from."""

from importlib import import_module

import pyarrow as pa

from scenarios.catalogue import load_catalogue

for name in (
    "run_sim", "runner.start", "agents.gateway.connect", "agents.thinking", "langchain_openai",
    "langgraph.graph", "evaluation.console", "evaluation.report", "evaluation.timeline",
):  # fmt: skip
    import_module(name)
load_catalogue()
pa.array(["warm"])
