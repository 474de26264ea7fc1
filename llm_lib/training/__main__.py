"""Runs the command: `python -m llm_lib.training --text my.txt`."""

from llm_lib.training.command import main

raise SystemExit(main())
