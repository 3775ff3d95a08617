"""Land sessions on base, settle landings that were cut off, and take them back."""
