"""Runs the command: `python -m llm_lib.training configs/sprout.toml`."""

from llm_lib.training.command import main

raise SystemExit(main())
