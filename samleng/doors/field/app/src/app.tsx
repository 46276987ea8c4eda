import "./rules/index";
