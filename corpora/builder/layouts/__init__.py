"""The looks of the sample plans, one module each: ``READING`` and ``draw(plan) -> Book``, or ``-> str``
where the document is a text file."""
