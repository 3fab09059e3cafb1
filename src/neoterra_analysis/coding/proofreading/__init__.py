"""A draft in Word read before it is published: what disagrees in it, as comments."""
