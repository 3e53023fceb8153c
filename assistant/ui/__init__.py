"""The page: pure functions from records to HTML, and the Gradio panels that show them."""
