variable "queue" {
  type = object({
    arn  = string
    url  = string
    name = string
  })
}

variable "consumer" {
  type = string
}

data "aws_iam_policy_document" "this" {
  statement {
    sid       = "Consume"
    actions   = ["sqs:ReceiveMessage", "sqs:DeleteMessage"]
    resources = [var.queue.arn]

    principals {
      type        = "Service"
      identifiers = ["${var.consumer}.amazonaws.com"]
    }
  }
}

resource "aws_sqs_queue_policy" "this" {
  queue_url = var.queue.url
  policy    = data.aws_iam_policy_document.this.json
}

output "document" {
  value = data.aws_iam_policy_document.this.json
}
