"""Wrong answers that students really give in unit 6, and what a teacher says."""
