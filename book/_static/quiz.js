// Quizzes: say whether the chosen answer is right, and why.  Answers are remembered in this browser.
(function () {
  "use strict";
  const storage = {
    get(key) { try { return localStorage.getItem(key); } catch (error) { return null; } },
    set(key, value) { try { localStorage.setItem(key, value); } catch (error) { /* switched off */ } },
  };

  function setUp(form) {
    const key = "dlcourse.quiz." + form.dataset.quiz;
    const verdict = form.querySelector(".quiz-verdict");
    const answers = form.querySelector(".quiz-answers");
    const whys = Array.from(form.querySelectorAll(".quiz-answer"));
    const choices = Array.from(form.querySelectorAll("input[type=radio]"));
    answers.hidden = true;

    function clear() {
      verdict.replaceChildren();
      delete form.dataset.answer;
      for (const choice of choices) choice.parentElement.removeAttribute("data-verdict");
    }

    function show(index) {
      clear();
      const why = whys[index];
      const right = why.dataset.verdict === "right";
      const title = document.createElement("p");
      title.className = "quiz-verdict-title";
      title.textContent = right ? "✓ Right." : "✗ Not this one.";
      const copies = Array.from(why.children).slice(1).map((child) => child.cloneNode(true));
      verdict.append(title, ...copies);
      form.dataset.answer = why.dataset.verdict;
      choices[index].parentElement.dataset.verdict = why.dataset.verdict;
      answers.hidden = !right;
    }

    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const index = choices.findIndex((choice) => choice.checked);
      if (index < 0) {
        verdict.textContent = "Choose an answer first.";
        return;
      }
      storage.set(key, String(index));
      show(index);
    });
    // Another choice is another question: an old verdict beside it would be a lie.
    form.addEventListener("change", clear);

    const remembered = Number.parseInt(storage.get(key) ?? "", 10);
    if (choices[remembered]) {
      choices[remembered].checked = true;
      show(remembered);
    }
  }

  for (const form of document.querySelectorAll("form[data-quiz]")) setUp(form);
})();
