const controls = document.querySelector(".controls");
const least = document.getElementById("least");
const marks = Array.from(document.querySelectorAll(".text mark"));
const boxOf = (mark) => document.getElementById(`show-${mark.dataset.type}`);
const isUnsure = (mark) => Number(mark.dataset.confidence) < least.value / 100;
const hide = () => {
  marks.forEach((mark) => mark.classList.toggle("off", isUnsure(mark)));
  const shown = marks.filter((mark) => boxOf(mark).checked && !isUnsure(mark));
  const counts = [shown, marks].map((each) => each.length.toLocaleString("en"));
  least.nextElementSibling.value = `${least.value}%: ${counts.join(" of ")} marked`;
};
controls.addEventListener("input", hide);
least.parentElement.hidden = false;
hide();
