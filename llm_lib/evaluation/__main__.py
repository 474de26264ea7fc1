"""Runs the command: `python -m llm_lib.evaluation smollm2 --compare sprout`."""

from llm_lib.evaluation.command import main

raise SystemExit(main())
