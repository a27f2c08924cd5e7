size = 1
last = "terraform.tfvars"
