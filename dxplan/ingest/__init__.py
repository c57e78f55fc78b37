"""From files to a dataset: which plans, read in processes with limits, put together, published."""
