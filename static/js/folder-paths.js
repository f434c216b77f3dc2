// Lets a whole folder be chosen, and tells the paths of its files, which browsers leave out of what they send.

const files = document.querySelector('input[type="file"][name="files"]');
const paths = document.querySelector('input[name="paths"]');
const choice = document.querySelector(".folder-choice");

if (files && paths && choice && "webkitdirectory" in files) {
  choice.hidden = false;
  choice.querySelector("input").addEventListener("change", (event) => {
    files.webkitdirectory = event.target.checked;
    files.value = "";
  });
  files.addEventListener("change", () => {
    const found = [...files.files].map((file) => file.webkitRelativePath || file.name);
    paths.value = JSON.stringify(found);
  });
}
