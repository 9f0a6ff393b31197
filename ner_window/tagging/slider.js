const least = document.getElementById("least");
const marks = document.querySelectorAll("mark[data-confidence]");
const hide = () => {
  const isHidden = (mark) => Number(mark.dataset.confidence) < least.value;
  marks.forEach((mark) => mark.classList.toggle("off", isHidden(mark)));
  const shown = marks.length - document.getElementsByClassName("off").length;
  const counts = [shown, marks.length].map((count) => count.toLocaleString("en"));
  least.nextElementSibling.value = `${least.value}%: ${counts.join(" of ")} marked`;
};
least.addEventListener("input", hide);
least.parentElement.hidden = false;
hide();
