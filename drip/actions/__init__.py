"""What the product can do: one verb a file, one public function each."""
