"""What leaders see; asks the API and nothing else."""
