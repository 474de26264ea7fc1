"""Runs the command: `python -m llm_lib.evaluation sprout sprout_tuned`."""

from llm_lib.evaluation.table import main

raise SystemExit(main())
