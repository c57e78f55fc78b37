"""Fictional plans composed at random from a grammar, each with its exact truth."""

from corpora.random.make import Sample, build

__all__ = ["Sample", "build"]
