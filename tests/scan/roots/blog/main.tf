# No module, no variable: what checkov is close to exact on.
provider "aws" {
  region = "eu-central-1"
}

resource "aws_s3_bucket" "posts" {
  bucket = "posts"
}

resource "aws_s3_bucket_versioning" "posts" {
  bucket = aws_s3_bucket.posts.id
  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_iam_policy" "all" {
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "*", Resource = "*" }]
  })
}

resource "aws_security_group_rule" "ssh" {
  type              = "ingress"
  from_port         = 22
  to_port           = 22
  protocol          = "tcp"
  cidr_blocks       = ["0.0.0.0/0"]
  security_group_id = aws_security_group.blog.id
}

resource "aws_security_group" "blog" {
  description = "The blog"
}

resource "aws_instance" "blog" {
  ami                    = "ami-00000000000000000"
  instance_type          = "t4g.micro"
  vpc_security_group_ids = [aws_security_group.blog.id]
  user_data              = "timestamp is ${timestamp()}"
}
