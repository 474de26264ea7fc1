"""Runs the command: `python -m llm_lib.evaluation sprout`."""

from llm_lib.evaluation.small_world import main

raise SystemExit(main())
