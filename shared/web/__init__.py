"""The HTTP door, built once for all services: who asks, may they, one transaction, one audit row, clear refusals."""
