"""The maths appendix's picture: a small network, every number on its way from input to output."""

from __future__ import annotations

from typing import Any

import torch

from llm_lib.pictures.cells import cell
from llm_lib.pictures.links import line
from llm_lib.pictures.picture import Picture
from llm_lib.pictures.piece import Piece, column, row, space
from llm_lib.pictures.text import label, number_text
