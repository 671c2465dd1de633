"""What deploys Relance, checked without a cluster, a registry or a container engine."""
