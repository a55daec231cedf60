import classes from "./campaigns.module.css";

interface TickBoxProps {
  readonly label: string;
  readonly isTicked: boolean;
  readonly isDisabled: boolean;
  readonly onTick: (isRange: boolean) => void;
}

/** The browser's own box: a list that is scrolled fast draws dozens of them in a frame. */
export function TickBox({ label, isTicked, isDisabled, onTick }: TickBoxProps) {
  return (
    <input
      type="checkbox"
      className={classes.tick}
      aria-label={label}
      checked={isTicked}
      disabled={isDisabled}
      // The event of the change does not tell whether Shift was held.
      onChange={() => undefined}
      onClick={(event) => onTick(event.shiftKey)}
    />
  );
}
