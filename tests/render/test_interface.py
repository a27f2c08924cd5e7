"""A module's inputs and outputs, read from its rendered files."""

from xyztf.render.interface import Input, Output, interface
from xyztf.render.layout import laid_out


def test_variables_and_outputs_in_order() -> None:
    text = laid_out("""
variable "plain" {
  description = "Costs $${x} and 100%%{y}, \\"quoted\\" \\u0024{z}."
  type = string
  default = "a"

  validation {
    condition = true
    error_message = "description = wrong"
  }
}
variable "deep" {
  type = object({
    name = string
    sizes = optional(list(number), [
      1,
    ])
  })
  default = {
    name = "x"
  }
}
variable "any" {}
variable "other_text" {
  description = join("", ["a", "b"])
}
variable "wide" {
  description = "\\U0001f600"
}
output "id" {
  description = "The id."
  value = 1
}
""")
    found = interface(
        {"main.tf.j2": text, "functions/f/a.py": 'variable "no" {\n}\n', "extra.tf": 'variable "more" {}'}
    )
    assert found.inputs == [
        Input("plain", "string", 'Costs ${x} and 100%{y}, "quoted" ${z}.', '"a"'),
        Input("deep", "object({ name = string sizes = optional(list(number), [ 1, ]) })", "", '{ name = "x" }'),
        Input("any", "any", "", None),
        Input("other_text", "any", 'join("", ["a", "b"])', None),
        Input("wide", "any", "\\U0001f600", None),
        Input("more", "any", "", None),
    ]
    assert found.outputs == [Output("id", "The id.")]
