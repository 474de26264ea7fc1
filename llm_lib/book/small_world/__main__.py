"""Runs the command: `python -m llm_lib.book.small_world sprout sprout_tuned`."""

from llm_lib.book.small_world.table import main

raise SystemExit(main())
