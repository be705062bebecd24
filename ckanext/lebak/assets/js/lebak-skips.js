/* Questions that are asked only if another has a certain answer. What is not asked is hidden and not posted; the server
   has the same rule (statistics/skipping.py), and a form without this script shows all questions with their conditions.
   Conditions of other pages are met already where a question is shown at all. */
this.ckan.module("lebak-skips", function () {
  "use strict";

  function answers(form, name) {
    var found = [];
    form.querySelectorAll('[name="' + name + '"]').forEach(function (input) {
      if (input.disabled) return;
      if ((input.type === "checkbox" || input.type === "radio") && !input.checked) return;
      if (input.multiple) {
        Array.prototype.forEach.call(input.selectedOptions, function (option) { found.push(option.value); });
      } else {
        found.push(input.value);
      }
    });
    return found;
  }

  /* In the order of the form: what depends on a question that is not asked is not asked either. */
  function look(form) {
    form.querySelectorAll("[data-asked-if]").forEach(function (question) {
      var condition = JSON.parse(question.dataset.askedIf);
      var asked = Object.keys(condition).every(function (name) {
        return answers(form, name).some(function (answer) { return condition[name].indexOf(answer) >= 0; });
      });
      question.hidden = !asked;
      question.querySelectorAll("input, select, textarea").forEach(function (input) { input.disabled = !asked; });
    });
  }

  return {
    initialize: function () {
      var form = this.el[0].closest("form");
      if (!form || form.dataset.skips) return;
      form.dataset.skips = "ready";
      form.addEventListener("change", function () { look(form); });
      /* select2 tells its changes to jQuery only */
      window.jQuery(form).on("change", "select", function () { look(form); });
      look(form);
    },
  };
});
