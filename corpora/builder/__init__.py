"""Builds the bundled fictional plans from their YAML: PDF or text, and the truth that goes with each."""

from corpora.builder.make import build, build_sample, stale_files
from corpora.builder.many import build_many

__all__ = ["build", "build_many", "build_sample", "stale_files"]
