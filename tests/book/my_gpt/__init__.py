"""Tests of the reader's own file: its stages, its checks, its commands."""
