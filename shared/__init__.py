"""The ground all three services stand on. It knows no service and no child."""
