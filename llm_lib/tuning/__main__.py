"""Runs the command: `python -m llm_lib.tuning configs/sprout_tuned.toml`."""

from llm_lib.tuning.command import main

raise SystemExit(main())
