"""What an operator types: `relance`, a skin over services."""
