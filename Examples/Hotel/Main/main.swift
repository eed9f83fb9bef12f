print("hotel")
