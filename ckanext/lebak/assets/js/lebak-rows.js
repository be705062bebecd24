/* Rows of a small table in a form: add, remove, move. The index in each name is made anew from the order on screen,
   because that order is what the reader sees and what must be saved. */
this.ckan.module("lebak-rows", function () {
  "use strict";
  return {
    initialize: function () {
      this.body = this.el[0].querySelector("tbody");
      this.template = this.el[0].querySelector("template");
      this.el[0].addEventListener("click", this._onClick.bind(this));
      this.el[0].dataset.ready = "true";
    },
    _onClick: function (event) {
      var button = event.target.closest("[data-row]");
      if (!button) return;
      var row = button.closest("tr");
      var act = button.dataset.row;
      if (act === "add") {
        this.body.appendChild(this.template.content.cloneNode(true));
        this.body.lastElementChild.querySelector("input, select, textarea").focus();
      } else if (act === "remove") {
        row.remove();
      } else if (act === "up" && row.previousElementSibling) {
        this.body.insertBefore(row, row.previousElementSibling);
        button.focus();
      } else if (act === "down" && row.nextElementSibling) {
        this.body.insertBefore(row.nextElementSibling, row);
        button.focus();
      }
      this._renumber();
    },
    _renumber: function () {
      var prefix = this.options.field + "-";
      Array.prototype.forEach.call(this.body.children, function (row, index) {
        row.querySelector(".lebak-row-number").textContent = index + 1;
        row.querySelectorAll("[name]").forEach(function (input) {
          var subfield = input.name.slice(prefix.length).replace(/^[^-]*-/, "");
          input.name = prefix + index + "-" + subfield;
        });
      });
    },
  };
});
