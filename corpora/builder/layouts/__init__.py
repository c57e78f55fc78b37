"""The looks of the sample plans, one module each: ``READING`` and ``draw(plan) -> Book``."""
