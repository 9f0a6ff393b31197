"""What one window goes through in a trained model, step by step."""
