/** How exemptions come to be, and end. What they let pass is part of the evaluation. */
package io.barecount.policy.exemption;
