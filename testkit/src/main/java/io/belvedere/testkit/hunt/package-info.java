/**
 * The hunt for wrong answers: queries made from a seed, put to whoever answers them and to one database that holds everything, and made small when
 * the two differ. It never knows who answers.
 */
@NullMarked
package io.belvedere.testkit.hunt;

import org.jspecify.annotations.NullMarked;
