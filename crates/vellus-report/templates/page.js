// An enhancement only: a press on a picture shows it large; arrow keys go on to the next of its row.
(function () {
  var viewer = document.getElementById("viewer");
  if (!viewer || !viewer.showModal) { return; }
  var shown = viewer.querySelector("img"), words = viewer.querySelector("p"), row = [], at = 0;
  function show(i) {
    at = (i + row.length) % row.length;
    shown.src = row[at].src;
    shown.alt = row[at].alt;
    words.textContent = row[at].alt;
  }
  document.querySelectorAll("[data-row]").forEach(function (group) {
    var pictures = Array.prototype.slice.call(group.querySelectorAll("img"));
    pictures.forEach(function (img, i) {
      img.tabIndex = 0;
      img.setAttribute("role", "button");
      function open() { row = pictures; show(i); viewer.showModal(); }
      img.addEventListener("click", open);
      img.addEventListener("keydown", function (e) {
        if (e.key === "Enter" || e.key === " ") { e.preventDefault(); open(); }
      });
    });
  });
  viewer.addEventListener("keydown", function (e) {
    if (e.key === "ArrowRight") { show(at + 1); }
    if (e.key === "ArrowLeft") { show(at - 1); }
  });
  shown.addEventListener("click", function () { show(at + 1); });
})();
