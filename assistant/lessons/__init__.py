"""What incident reports and work orders teach: what fails, why, how often, and what no procedure mentions."""
