const least = document.getElementById("least");
const marks = document.querySelectorAll("mark[data-confidence]");
const hide = () => {
  const isHidden = (mark) => Number(mark.dataset.confidence) < least.value;
  marks.forEach((mark) => mark.classList.toggle("off", isHidden(mark)));
  const shown = marks.length - document.getElementsByClassName("off").length;
  least.nextElementSibling.value = `${least.value}%: ${shown} of ${marks.length} marked`;
};
least.addEventListener("input", hide);
least.parentElement.hidden = false;
hide();
