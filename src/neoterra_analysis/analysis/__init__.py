"""What is counted, and what moves it."""
