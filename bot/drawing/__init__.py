"""Pictures of what dialogs/charts.py tells: as SVG, and as PNG for channels that show nothing else."""
