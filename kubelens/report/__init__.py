"""Output formats: findings and predictions as text, tables, JSON and pictures."""
