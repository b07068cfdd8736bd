"""A made-up authority to try things on: nobody in it exists."""
